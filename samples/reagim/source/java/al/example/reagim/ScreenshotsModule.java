package al.example.reagim;

import android.database.Cursor;
import android.provider.MediaStore;
import com.facebook.react.bridge.Promise;
import com.facebook.react.bridge.ReactApplicationContext;
import com.facebook.react.bridge.ReactContextBaseJavaModule;
import com.facebook.react.bridge.ReactMethod;

/** The newest picture on the phone, as proof that a task was done. */
public class ScreenshotsModule extends ReactContextBaseJavaModule {
    ScreenshotsModule(ReactApplicationContext context) {
        super(context);
    }

    @Override
    public String getName() {
        return "Screenshots";
    }

    @ReactMethod
    public void newest(Promise promise) {
        String[] columns = {"_id", "_display_name"};
        try (Cursor pictures = getReactApplicationContext()
                .getContentResolver()
                .query(MediaStore.Images.Media.EXTERNAL_CONTENT_URI, columns, null, null, "datetaken DESC")) {
            promise.resolve(pictures.moveToFirst() ? pictures.getString(1) : null);
        }
    }
}
