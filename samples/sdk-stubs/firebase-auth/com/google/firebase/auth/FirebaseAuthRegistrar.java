package com.google.firebase.auth;

import com.google.firebase.components.ComponentRegistrar;

/** Stand-in. */
public class FirebaseAuthRegistrar implements ComponentRegistrar {
    public String getLibraryName() {
        return "fire-auth";
    }
}
