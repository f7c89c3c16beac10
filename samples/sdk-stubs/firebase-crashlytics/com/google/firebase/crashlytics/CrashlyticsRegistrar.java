package com.google.firebase.crashlytics;

import com.google.firebase.components.ComponentRegistrar;

/** Stand-in. */
public class CrashlyticsRegistrar implements ComponentRegistrar {
    public String getLibraryName() {
        return "fire-cls";
    }
}
