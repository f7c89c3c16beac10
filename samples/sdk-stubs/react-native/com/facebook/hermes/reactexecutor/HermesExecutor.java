package com.facebook.hermes.reactexecutor;

import com.facebook.soloader.SoLoader;

/** Stand-in: would run the bundle. */
public class HermesExecutor {
    static {
        SoLoader.loadLibrary("hermes");
    }

    public native void loadBundle(String address);
}
