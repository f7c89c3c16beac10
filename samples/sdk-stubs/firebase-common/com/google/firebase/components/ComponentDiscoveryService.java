package com.google.firebase.components;

import android.app.Service;
import android.content.Intent;
import android.os.IBinder;

/** Stand-in: carries the registrars' names as meta-data. */
public class ComponentDiscoveryService extends Service {
    public IBinder onBind(Intent intent) {
        return null;
    }
}
