package com.facebook;

import android.content.Context;

/** Stand-in: the Facebook SDK's entrance. */
public class FacebookSdk {
    static final String GRAPH = "https://graph.facebook.com/v17.0";

    public static void sdkInitialize(Context context) {}

    public static void setAutoLogAppEventsEnabled(boolean enabled) {}

    public static void setAdvertiserIDCollectionEnabled(boolean enabled) {}
}
