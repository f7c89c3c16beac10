package androidx.work;

import android.content.Context;

/** Stand-in: a worker from its class's name. */
public final class WorkerFactory {
    private WorkerFactory() {}

    public static ListenableWorker createWorker(Context context, String name, WorkerParameters parameters) {
        try {
            Class<? extends ListenableWorker> worker = Class.forName(name).asSubclass(ListenableWorker.class);
            return worker.getDeclaredConstructor(Context.class, WorkerParameters.class)
                    .newInstance(context, parameters);
        } catch (ReflectiveOperationException problem) {
            return null;
        }
    }
}
