package org.apache.cordova;

import android.app.Activity;

/** Stand-in: what a plugin may ask of the app. */
public class CordovaInterface {
    private final Activity activity;

    CordovaInterface(Activity activity) {
        this.activity = activity;
    }

    public Activity getActivity() {
        return activity;
    }
}
