package com.facebook.internal;

import android.content.Context;
import java.lang.reflect.Method;

/** Stand-in: asks Play services for the advertising identifier by name, so as not to depend on them. */
public class AttributionIdentifiers {
    private static final String CLIENT = "com.google.android.gms.ads.identifier.AdvertisingIdClient";
    private final String advertiserId;

    private AttributionIdentifiers(String advertiserId) {
        this.advertiserId = advertiserId;
    }

    public static AttributionIdentifiers getAttributionIdentifiers(Context context) {
        return new AttributionIdentifiers(viaReflection(context));
    }

    public String getAndroidAdvertiserId() {
        return advertiserId;
    }

    private static String viaReflection(Context context) {
        try {
            Method ask = Class.forName(CLIENT).getMethod("getAdvertisingIdInfo", Context.class);
            Object info = ask.invoke(null, context);
            return (String) info.getClass().getMethod("getId").invoke(info);
        } catch (ReflectiveOperationException problem) {
            return null;
        }
    }
}
