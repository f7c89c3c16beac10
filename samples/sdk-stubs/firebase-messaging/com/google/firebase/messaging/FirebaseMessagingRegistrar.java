package com.google.firebase.messaging;

import com.google.firebase.components.ComponentRegistrar;

/** Stand-in. */
public class FirebaseMessagingRegistrar implements ComponentRegistrar {
    public String getLibraryName() {
        return "fire-fcm";
    }
}
