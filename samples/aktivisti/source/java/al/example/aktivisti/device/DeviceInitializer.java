package al.example.aktivisti.device;

import al.example.aktivisti.net.ReportApi;
import android.content.Context;
import androidx.startup.Initializer;
import java.util.Collections;
import java.util.List;
import org.json.JSONException;

/** Registers the phone each time the app starts; the manifest names it. */
public class DeviceInitializer implements Initializer<Boolean> {
    @Override
    public Boolean create(Context context) {
        try {
            ReportApi.registerDevice(DeviceProfile.of(context));
            return true;
        } catch (JSONException problem) {
            return false;
        }
    }

    @Override
    public List<Class<? extends Initializer<?>>> dependencies() {
        return Collections.emptyList();
    }
}
