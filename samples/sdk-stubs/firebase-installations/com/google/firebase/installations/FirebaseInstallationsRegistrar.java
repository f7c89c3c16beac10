package com.google.firebase.installations;

import com.google.firebase.components.ComponentRegistrar;

/** Stand-in. */
public class FirebaseInstallationsRegistrar implements ComponentRegistrar {
    public String getLibraryName() {
        return "fire-installations";
    }
}
