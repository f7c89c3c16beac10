package com.google.firebase.components;

import android.content.ComponentName;
import android.content.Context;
import android.content.pm.PackageManager;
import android.os.Bundle;
import java.util.ArrayList;
import java.util.List;

/** Stand-in: finds the registrars by the meta-data of a service that is never started. */
public final class ComponentDiscovery {
    private static final String PREFIX = "com.google.firebase.components:";
    private final Context context;

    public ComponentDiscovery(Context context) {
        this.context = context;
    }

    public List<Component> discover() {
        List<Component> found = new ArrayList<>();
        try {
            ComponentName service = new ComponentName(context, ComponentDiscoveryService.class);
            Bundle named = context.getPackageManager().getServiceInfo(service, PackageManager.GET_META_DATA).metaData;
            for (String key : named.keySet()) {
                if (key.startsWith(PREFIX)) {
                    found.addAll(instantiate(key.substring(PREFIX.length())).getComponents());
                }
            }
        } catch (PackageManager.NameNotFoundException | ReflectiveOperationException problem) {
            return found;
        }
        return found;
    }

    private static ComponentRegistrar instantiate(String name) throws ReflectiveOperationException {
        return (ComponentRegistrar) Class.forName(name).getDeclaredConstructor().newInstance();
    }
}
