package com.google.android.gms.ads.identifier;

import android.content.Context;

/** Stand-in: the device's advertising identifier. */
public class AdvertisingIdClient {
    /** Stand-in. */
    public static final class Info {
        public String getId() {
            return "00000000-0000-0000-0000-000000000000";
        }

        public boolean isLimitAdTrackingEnabled() {
            return true;
        }
    }

    public static Info getAdvertisingIdInfo(Context context) {
        return new Info();
    }
}
