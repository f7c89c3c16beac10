package al.example.aktivisti.net;

import java.util.Map;
import retrofit2.Call;
import retrofit2.http.Body;
import retrofit2.http.POST;
import retrofit2.http.Path;
import retrofit2.http.Query;

/** Addresses below the server's; the library fills them in. */
interface EngagementService {
    @POST("v2/users/{user_id}/watched")
    Call<Void> watched(@Path("user_id") String userId, @Query("video") String video, @Body Map<String, Object> watch);
}
