package com.google.android.gms.measurement;

import android.app.job.JobParameters;
import android.app.job.JobService;

/** Stand-in. */
public class AppMeasurementJobService extends JobService {
    public boolean onStartJob(JobParameters parameters) {
        return false;
    }

    public boolean onStopJob(JobParameters parameters) {
        return false;
    }
}
