package al.example.aktivisti.device;

import android.content.Context;
import android.provider.Settings;
import com.google.android.gms.ads.identifier.AdvertisingIdClient;

/** Identifiers of the phone. */
public final class AdvertisingId {
    private AdvertisingId() {}

    public static String advertisingId(Context context) {
        AdvertisingIdClient.Info info = AdvertisingIdClient.getAdvertisingIdInfo(context);
        return info.isLimitAdTrackingEnabled() ? "" : info.getId();
    }

    public static String androidId(Context context) {
        return Settings.Secure.getString(context.getContentResolver(), Settings.Secure.ANDROID_ID);
    }
}
