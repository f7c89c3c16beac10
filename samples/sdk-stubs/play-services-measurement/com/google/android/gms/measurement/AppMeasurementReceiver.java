package com.google.android.gms.measurement;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;

/** Stand-in. */
public class AppMeasurementReceiver extends BroadcastReceiver {
    public void onReceive(Context context, Intent intent) {}
}
