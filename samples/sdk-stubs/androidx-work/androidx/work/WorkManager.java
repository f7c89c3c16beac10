package androidx.work;

import android.content.Context;
import androidx.work.impl.WorkManagerImpl;

/** Stand-in: the library's entrance. */
public abstract class WorkManager {
    public static WorkManager getInstance(Context context) {
        return WorkManagerImpl.getInstance(context);
    }

    public abstract void enqueue(WorkRequest request);
}
