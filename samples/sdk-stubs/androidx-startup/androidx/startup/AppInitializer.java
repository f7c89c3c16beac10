package androidx.startup;

import android.content.ComponentName;
import android.content.Context;
import android.content.pm.PackageManager;
import android.os.Bundle;

/** Stand-in: creates every initializer that the manifest names. */
public final class AppInitializer {
    private static AppInitializer instance;
    private final Context context;

    private AppInitializer(Context context) {
        this.context = context;
    }

    public static AppInitializer getInstance(Context context) {
        if (instance == null) {
            instance = new AppInitializer(context);
        }
        return instance;
    }

    void discoverAndInitialize() {
        try {
            ComponentName provider = new ComponentName(context, InitializationProvider.class);
            Bundle named = context.getPackageManager().getProviderInfo(provider, PackageManager.GET_META_DATA).metaData;
            for (String name : named.keySet()) {
                if ("androidx.startup".equals(named.getString(name))) {
                    initializeComponent(Class.forName(name).asSubclass(Initializer.class));
                }
            }
        } catch (PackageManager.NameNotFoundException | ClassNotFoundException problem) {
            throw new IllegalStateException(problem);
        }
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    public Object initializeComponent(Class<? extends Initializer> component) {
        try {
            Initializer initializer = component.getDeclaredConstructor().newInstance();
            for (Object dependency : initializer.dependencies()) {
                initializeComponent((Class<? extends Initializer>) dependency);
            }
            return initializer.create(context);
        } catch (ReflectiveOperationException problem) {
            throw new IllegalStateException(problem);
        }
    }
}
