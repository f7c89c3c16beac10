package android.app.job;

import android.content.Intent;

public abstract class JobService extends android.app.Service {
    public abstract boolean onStartJob(JobParameters p);
    public abstract boolean onStopJob(JobParameters p);
    public native android.os.IBinder onBind(Intent i);
}
