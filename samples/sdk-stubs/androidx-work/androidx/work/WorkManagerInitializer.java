package androidx.work;

import android.content.Context;
import androidx.startup.Initializer;
import java.util.Collections;
import java.util.List;

/** Stand-in: starts the library with the app. */
public final class WorkManagerInitializer implements Initializer<WorkManager> {
    @Override
    public WorkManager create(Context context) {
        return WorkManager.getInstance(context);
    }

    @Override
    public List<Class<? extends Initializer<?>>> dependencies() {
        return Collections.emptyList();
    }
}
