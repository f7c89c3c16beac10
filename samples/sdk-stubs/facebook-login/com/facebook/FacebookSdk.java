package com.facebook;

import android.content.Context;
import com.facebook.internal.AttributionIdentifiers;

/** Stand-in: the Facebook SDK's entrance. */
public class FacebookSdk {
    static final String GRAPH = "https://graph.facebook.com/v17.0";
    private static AttributionIdentifiers identifiers;

    public static void sdkInitialize(Context context) {
        identifiers = AttributionIdentifiers.getAttributionIdentifiers(context);
    }

    public static void setAutoLogAppEventsEnabled(boolean enabled) {}

    public static void setAdvertiserIDCollectionEnabled(boolean enabled) {}
}
