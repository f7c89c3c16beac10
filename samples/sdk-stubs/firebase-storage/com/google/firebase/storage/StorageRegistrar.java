package com.google.firebase.storage;

import com.google.firebase.components.ComponentRegistrar;

/** Stand-in. */
public class StorageRegistrar implements ComponentRegistrar {
    public String getLibraryName() {
        return "fire-gcs";
    }
}
