package al.example.aktivisti.device;

import android.content.Context;
import android.util.Log;

/** Videos are an extra that some builds leave out, so their class is asked for by name. */
public abstract class VideoPart {
    private static final String NAME = "al.example.aktivisti.device.VideoUpload";

    public static void start(Context context) {
        try {
            VideoPart part = (VideoPart) Class.forName(NAME).getDeclaredConstructor().newInstance();
            part.offer(context);
        } catch (ReflectiveOperationException problem) {
            Log.w("aktivisti", "built without videos");
        }
    }

    abstract void offer(Context context);
}
