package com.google.firebase.messaging;

import android.app.Service;
import android.content.Intent;
import android.os.IBinder;

/** Stand-in. */
public class FirebaseMessagingService extends Service {
    public void onNewToken(String token) {}

    public void onMessageReceived(RemoteMessage message) {}

    public IBinder onBind(Intent intent) {
        return null;
    }
}
