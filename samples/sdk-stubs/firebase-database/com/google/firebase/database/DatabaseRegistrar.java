package com.google.firebase.database;

import com.google.firebase.components.ComponentRegistrar;

/** Stand-in. */
public class DatabaseRegistrar implements ComponentRegistrar {
    public String getLibraryName() {
        return "fire-rtdb";
    }
}
