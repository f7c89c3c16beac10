package al.example.aktivisti.screen;

import al.example.aktivisti.R;
import android.content.Intent;
import android.os.Bundle;
import com.facebook.AccessToken;
import com.facebook.CallbackManager;
import com.facebook.FacebookCallback;
import com.facebook.FacebookException;
import com.facebook.GraphRequest;
import com.facebook.login.LoginManager;
import com.facebook.login.LoginResult;
import com.google.firebase.auth.FacebookAuthProvider;
import com.google.firebase.auth.FirebaseAuth;
import com.google.firebase.firestore.FirebaseFirestore;
import java.util.Arrays;

/** Ties the account to a Facebook or Instagram profile, so that likes can be counted. */
public class LoginActivity extends TimedActivity implements FacebookCallback<LoginResult> {
    private final CallbackManager callbacks = CallbackManager.Factory.create();

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        setContentView(R.layout.activity_login);
        LoginManager.getInstance().registerCallback(callbacks, this);
        findViewById(R.id.login_facebook).setOnClickListener(view -> loginFacebook());
        findViewById(R.id.login_instagram).setOnClickListener(
                view -> startActivity(new Intent(this, InstagramLoginActivity.class)));
    }

    private void loginFacebook() {
        LoginManager.getInstance().logInWithReadPermissions(
                this, Arrays.asList("public_profile", "email", "user_likes", "user_posts", "user_friends"));
    }

    @Override
    protected void onActivityResult(int code, int result, Intent data) {
        callbacks.onActivityResult(code, result, data);
    }

    @Override
    public void onSuccess(LoginResult result) {
        AccessToken token = result.getAccessToken();
        FirebaseAuth.getInstance().signInWithCredential(FacebookAuthProvider.getCredential(token.getToken()));
        GraphRequest.newGraphPathRequest(token, "/me/likes", this::saveLikes).executeAsync();
    }

    private void saveLikes(String answer) {
        String userId = FirebaseAuth.getInstance().getCurrentUser().getUid();
        FirebaseFirestore.getInstance().collection("users").document(userId).update("facebook_likes", answer);
    }

    @Override
    public void onCancel() {}

    @Override
    public void onError(FacebookException problem) {}
}
