package io.flutter.embedding.android;

import android.app.Activity;
import android.os.Bundle;
import io.flutter.embedding.engine.FlutterEngine;

/** Stand-in: a screen that Dart would draw. */
public class FlutterActivity extends Activity {
    private FlutterEngine engine;

    @Override
    public void onCreate(Bundle state) {
        super.onCreate(state);
        engine = new FlutterEngine(this);
        configureFlutterEngine(engine);
        engine.runDart();
    }

    /** Registers the plugins, whose list is written by the build and known by name only. */
    public void configureFlutterEngine(FlutterEngine engine) {
        try {
            Class.forName("io.flutter.plugins.GeneratedPluginRegistrant")
                    .getDeclaredMethod("registerWith", FlutterEngine.class)
                    .invoke(null, engine);
        } catch (ReflectiveOperationException problem) {
            android.util.Log.w("flutter", "no plugins");
        }
    }
}
