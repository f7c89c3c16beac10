package com.facebook.react;

import com.facebook.react.bridge.NativeModule;
import com.facebook.react.bridge.ReactApplicationContext;
import java.util.List;

/** Stand-in: modules that JavaScript may call. */
public interface ReactPackage {
    List<NativeModule> createNativeModules(ReactApplicationContext context);
}
