package com.google.firebase.components;

/** Stand-in: what each Firebase library registers. */
public interface ComponentRegistrar {
    String getLibraryName();
}
