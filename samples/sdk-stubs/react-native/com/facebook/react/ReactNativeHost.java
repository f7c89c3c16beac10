package com.facebook.react;

import android.app.Application;
import com.facebook.hermes.reactexecutor.HermesExecutor;
import com.facebook.react.bridge.JavaModuleWrapper;
import com.facebook.react.bridge.NativeModule;
import com.facebook.react.bridge.ReactApplicationContext;
import java.util.ArrayList;
import java.util.List;

/** Stand-in: brings bundle and modules together. */
public abstract class ReactNativeHost {
    private final Application application;
    private final List<JavaModuleWrapper> modules = new ArrayList<>();

    protected ReactNativeHost(Application application) {
        this.application = application;
    }

    protected abstract List<ReactPackage> getPackages();

    protected String getBundleAssetName() {
        return "index.android.bundle";
    }

    public void start() {
        ReactApplicationContext context = new ReactApplicationContext(application);
        for (ReactPackage part : getPackages()) {
            for (NativeModule module : part.createNativeModules(context)) {
                modules.add(new JavaModuleWrapper(module));
            }
        }
        new HermesExecutor().loadBundle("assets://" + getBundleAssetName());
    }
}
