package androidx.work.impl;

import android.app.job.JobInfo;
import android.app.job.JobScheduler;
import android.content.ComponentName;
import android.content.Context;
import android.os.PersistableBundle;
import androidx.work.WorkManager;
import androidx.work.WorkRequest;
import androidx.work.impl.background.systemjob.SystemJobService;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Stand-in: hands work to the system's scheduler, which starts it again through a service. */
public class WorkManagerImpl extends WorkManager {
    private static WorkManagerImpl instance;
    private final Executor background = Executors.newFixedThreadPool(2);
    private final Context context;

    private WorkManagerImpl(Context context) {
        this.context = context;
    }

    public static WorkManagerImpl getInstance(Context context) {
        if (instance == null) {
            instance = new WorkManagerImpl(context.getApplicationContext());
        }
        return instance;
    }

    @Override
    public void enqueue(WorkRequest request) {
        PersistableBundle extras = new PersistableBundle();
        extras.putString(SystemJobService.WORKER, request.workerClassName);
        JobScheduler scheduler = (JobScheduler) context.getSystemService(Context.JOB_SCHEDULER_SERVICE);
        ComponentName service = new ComponentName(context, SystemJobService.class);
        scheduler.schedule(new JobInfo.Builder(1, service).setRequiredNetworkType(1).setExtras(extras).build());
    }

    public void startWork(String worker) {
        background.execute(new WorkerWrapper(context, worker, background));
    }
}
