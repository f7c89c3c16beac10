package io.flutter.embedding.engine;

import android.content.Context;
import io.flutter.embedding.engine.plugins.FlutterPlugin;
import io.flutter.plugin.common.BinaryMessenger;
import java.util.ArrayList;
import java.util.List;

/** Stand-in. */
public class FlutterEngine {
    private final Context context;
    private final List<FlutterPlugin> plugins = new ArrayList<>();
    private final FlutterJNI jni = new FlutterJNI();

    public FlutterEngine(Context context) {
        this.context = context;
    }

    public void addPlugin(FlutterPlugin plugin) {
        plugins.add(plugin);
        plugin.onAttachedToEngine(new FlutterPlugin.FlutterPluginBinding(context, jni.messenger));
    }

    public BinaryMessenger getBinaryMessenger() {
        return jni.messenger;
    }

    public void runDart() {
        jni.nativeRunBundle("flutter_assets");
    }
}
