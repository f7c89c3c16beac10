package com.facebook.login;

import com.facebook.AccessToken;

/** Stand-in. */
public class LoginResult {
    public AccessToken getAccessToken() {
        return new AccessToken();
    }
}
