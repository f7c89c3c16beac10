package androidx.work;

import android.content.Context;

/** Stand-in: work on a thread of its own. */
public abstract class Worker extends ListenableWorker {
    Result result;

    public Worker(Context context, WorkerParameters parameters) {
        super(context, parameters);
    }

    public abstract Result doWork();

    @Override
    public final void startWork() {
        getBackgroundExecutor().execute(new Runnable() {
            @Override
            public void run() {
                result = doWork();
            }
        });
    }
}
