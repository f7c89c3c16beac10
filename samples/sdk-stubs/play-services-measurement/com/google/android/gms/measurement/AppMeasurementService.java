package com.google.android.gms.measurement;

import android.app.Service;
import android.content.Intent;
import android.os.IBinder;

/** Stand-in. */
public class AppMeasurementService extends Service {
    public IBinder onBind(Intent intent) {
        return null;
    }
}
