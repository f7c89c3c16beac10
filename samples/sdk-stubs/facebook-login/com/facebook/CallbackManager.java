package com.facebook;

import android.content.Intent;

/** Stand-in. */
public interface CallbackManager {
    boolean onActivityResult(int code, int result, Intent data);

    /** Stand-in. */
    class Factory {
        public static CallbackManager create() {
            return (code, result, data) -> false;
        }
    }
}
