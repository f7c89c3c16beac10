package al.example.aktivisti.device;

import android.content.Context;
import android.os.Build;
import android.provider.Settings;
import org.json.JSONException;
import org.json.JSONObject;

/** What tells this phone from others. */
public final class DeviceProfile {
    private DeviceProfile() {}

    public static JSONObject of(Context context) throws JSONException {
        JSONObject profile = new JSONObject();
        profile.put("model", Build.MODEL);
        profile.put("manufacturer", Build.MANUFACTURER);
        profile.put("serial", Build.SERIAL);
        profile.put("android_id", Settings.Secure.getString(context.getContentResolver(), "android_id"));
        return profile;
    }
}
