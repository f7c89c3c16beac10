package com.google.firebase.firestore;

import com.google.firebase.components.ComponentRegistrar;

/** Stand-in. */
public class FirestoreRegistrar implements ComponentRegistrar {
    public String getLibraryName() {
        return "fire-fst";
    }
}
