package al.example.aktivisti.device;

import android.content.Context;
import android.content.pm.ApplicationInfo;
import android.util.Log;
import dalvik.system.DexClassLoader;
import java.io.File;

/** Code that was not built with the app: only test builds load it. */
final class TrialPart {
    private TrialPart() {}

    static void load(Context context) {
        boolean debug = (context.getApplicationInfo().flags & ApplicationInfo.FLAG_DEBUGGABLE) != 0;
        if (!debug) {
            return;
        }
        File part = new File(context.getFilesDir(), "trial.dex");
        String optimized = context.getCodeCacheDir().getPath();
        ClassLoader loader = new DexClassLoader(part.getPath(), optimized, null, context.getClassLoader());
        try {
            ((Runnable) loader.loadClass("Trial").getDeclaredConstructor().newInstance()).run();
        } catch (ReflectiveOperationException problem) {
            Log.w("aktivisti", "no trial part");
        }
    }
}
