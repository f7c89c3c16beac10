package com.facebook.react.bridge;

/** Stand-in. */
public interface NativeModule {
    String getName();
}
