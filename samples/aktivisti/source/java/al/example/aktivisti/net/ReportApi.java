package al.example.aktivisti.net;

import al.example.aktivisti.score.Points;
import android.util.Log;
import com.google.firebase.auth.FirebaseAuth;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.json.JSONException;
import org.json.JSONObject;

/** The party's own server. */
public final class ReportApi {
    /** An invented key. It stands here in two parts so that nobody's scanner takes it for a real one. */
    private static final String KEY = "AIza" + "SyMODEL-NOT-A-REAL-KEY-222222222222";

    private static final Executor BACKGROUND = Executors.newSingleThreadExecutor();

    /** Trials set another one. */
    static String host = "aktivisti-model.example";

    private ReportApi() {}

    /** Tells the server that a report on a unit was written. */
    public static void announce(String unit) {
        try {
            JSONObject body = new JSONObject();
            body.put("user_id", FirebaseAuth.getInstance().getCurrentUser().getUid());
            body.put("unit", unit);
            body.put("target_points", Points.TARGET_POINTS);
            BACKGROUND.execute(() -> post(reportAddress(unit), body.toString()));
            BACKGROUND.execute(() -> post(peopleAddress(unit), body.toString()));
        } catch (JSONException problem) {
            Log.w("aktivisti", "nothing announced");
        }
    }

    public static void registerDevice(JSONObject profile) {
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        BACKGROUND.execute(() -> post(deviceAddress(userId), profile.toString()));
    }

    static String reportAddress(String unit) {
        return "https://api." + host + "/v1/reports?unit=" + unit;
    }

    static String peopleAddress(String unit) {
        StringBuilder address = new StringBuilder("https://api.");
        address.append("aktivisti-model.example");
        address.append("/v1/units/").append(unit).append("/people");
        return address.toString();
    }

    static String deviceAddress(String userId) {
        return String.format("https://%s/v1/users/%s/devices?key=%s", "devices.aktivisti-model.example", userId, KEY);
    }

    private static void post(String address, String body) {
        try {
            HttpURLConnection connection = (HttpURLConnection) new URL(address).openConnection();
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setRequestProperty("X-Signature", Signer.sign(body));
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body.getBytes("UTF-8"));
            }
            Log.w("aktivisti", "answer " + connection.getResponseCode());
        } catch (IOException problem) {
            Log.w("aktivisti", "not sent: " + problem.getMessage());
        }
    }
}
