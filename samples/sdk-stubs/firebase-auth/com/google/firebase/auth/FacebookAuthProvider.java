package com.google.firebase.auth;

/** Stand-in: turns a Facebook token into a Firebase log-in. */
public class FacebookAuthProvider {
    public static AuthCredential getCredential(String accessToken) {
        return new AuthCredential();
    }
}
