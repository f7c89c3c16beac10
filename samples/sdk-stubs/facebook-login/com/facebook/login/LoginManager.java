package com.facebook.login;

import android.app.Activity;
import com.facebook.CallbackManager;
import com.facebook.FacebookCallback;
import java.util.Collection;

/** Stand-in: log-in with a Facebook account. */
public class LoginManager {
    private static final LoginManager INSTANCE = new LoginManager();

    public static LoginManager getInstance() {
        return INSTANCE;
    }

    public void registerCallback(CallbackManager manager, FacebookCallback<LoginResult> callback) {}

    public void logInWithReadPermissions(Activity activity, Collection<String> permissions) {}
}
