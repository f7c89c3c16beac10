package com.facebook.soloader;

import android.content.Context;

/** Stand-in: loads native libraries. */
public class SoLoader {
    public static void init(Context context, boolean exopackage) {}

    public static void loadLibrary(String name) {
        System.loadLibrary(name);
    }
}
