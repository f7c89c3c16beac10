package al.example.aktivisti.screen;

import al.example.aktivisti.R;
import android.net.Uri;
import android.os.Bundle;
import android.webkit.WebView;
import android.webkit.WebViewClient;
import com.google.firebase.auth.FirebaseAuth;
import com.google.firebase.firestore.FirebaseFirestore;

/** Log-in with Instagram, in a web page inside the app. */
public class InstagramLoginActivity extends TimedActivity {
    private static final String AUTHORIZE = "https://api.instagram.com/oauth/authorize";
    private static final String BACK = "https://aktivisti.example/instagram";

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_instagram);
        WebView page = findViewById(R.id.instagram_page);
        page.getSettings().setJavaScriptEnabled(true);
        page.setWebViewClient(new Returned());
        page.loadUrl(AUTHORIZE + "?client_id=" + getString(R.string.instagram_client_id) + "&redirect_uri=" + BACK
                + "&scope=instagram_basic&response_type=code");
    }

    /** Picks the code out of the address Instagram sends the browser back to. */
    static class Returned extends WebViewClient {
        @Override
        public boolean shouldOverrideUrlLoading(WebView view, String address) {
            if (!address.startsWith(BACK)) {
                return false;
            }
            String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
            FirebaseFirestore.getInstance()
                    .collection("users")
                    .document(userId)
                    .update("instagram_code", Uri.parse(address).getQueryParameter("code"));
            return true;
        }
    }
}
