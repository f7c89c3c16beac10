package com.facebook.react;

/** Stand-in. */
public interface ReactApplication {
    ReactNativeHost getReactNativeHost();
}
