package com.facebook.react;

import android.app.Activity;
import android.os.Bundle;

/** Stand-in: a screen that the bundle fills. */
public abstract class ReactActivity extends Activity {
    protected String getMainComponentName() {
        return null;
    }

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        ((ReactApplication) getApplication()).getReactNativeHost().start();
    }
}
