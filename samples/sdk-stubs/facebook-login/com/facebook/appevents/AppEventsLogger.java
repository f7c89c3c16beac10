package com.facebook.appevents;

import android.app.Application;
import android.content.Context;

/** Stand-in: events for Facebook's own statistics. */
public class AppEventsLogger {
    public static void activateApp(Application app) {}

    public static AppEventsLogger newLogger(Context context) {
        return new AppEventsLogger();
    }

    public void logEvent(String name) {}
}
