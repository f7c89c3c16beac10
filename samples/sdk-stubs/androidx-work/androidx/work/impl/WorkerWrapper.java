package androidx.work.impl;

import android.content.Context;
import androidx.work.ListenableWorker;
import androidx.work.WorkerFactory;
import androidx.work.WorkerParameters;
import java.util.concurrent.Executor;

/** Stand-in: makes one worker and starts it. */
public class WorkerWrapper implements Runnable {
    private final Context context;
    private final String name;
    private final Executor background;

    WorkerWrapper(Context context, String name, Executor background) {
        this.context = context;
        this.name = name;
        this.background = background;
    }

    @Override
    public void run() {
        ListenableWorker worker = WorkerFactory.createWorker(context, name, new WorkerParameters(background));
        if (worker != null) {
            worker.startWork();
        }
    }
}
