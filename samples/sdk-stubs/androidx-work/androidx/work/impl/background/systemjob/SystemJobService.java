package androidx.work.impl.background.systemjob;

import android.app.job.JobParameters;
import android.app.job.JobService;
import androidx.work.impl.WorkManagerImpl;

/** Stand-in: what the system's scheduler calls. */
public class SystemJobService extends JobService {
    public static final String WORKER = "worker";

    @Override
    public boolean onStartJob(JobParameters parameters) {
        WorkManagerImpl.getInstance(this).startWork(parameters.getExtras().getString(WORKER));
        return true;
    }

    @Override
    public boolean onStopJob(JobParameters parameters) {
        return true;
    }
}
