package com.google.firebase.analytics.connector.internal;

import com.google.firebase.components.ComponentRegistrar;

/** Stand-in. */
public class AnalyticsConnectorRegistrar implements ComponentRegistrar {
    public String getLibraryName() {
        return "fire-analytics";
    }
}
