package al.example.aktivisti.net;

import com.google.firebase.auth.FirebaseAuth;
import java.util.HashMap;
import java.util.Map;
import retrofit2.Call;
import retrofit2.Callback;
import retrofit2.Retrofit;

/** Tells the server who watched to the end. */
public final class EngagementApi implements Callback<Void> {
    private static final EngagementService SERVICE = new Retrofit.Builder()
            .baseUrl("https://engagement.aktivisti-model.example/")
            .build()
            .create(EngagementService.class);

    private EngagementApi() {}

    public static void sendWatched(String video, long seconds) {
        Map<String, Object> watch = new HashMap<>();
        watch.put("live_watch_seconds", seconds);
        watch.put("watched_to_end", true);
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        SERVICE.watched(userId, video, watch).enqueue(new EngagementApi());
    }

    @Override
    public void onResponse(Call<Void> call, Void answer) {}
}
