package com.google.firebase.iid;

import android.content.BroadcastReceiver;
import android.content.Context;
import android.content.Intent;

/** Stand-in: receives push messages. */
public class FirebaseInstanceIdReceiver extends BroadcastReceiver {
    public void onReceive(Context context, Intent intent) {}
}
