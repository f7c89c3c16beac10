package io.flutter.plugins;

import com.baseflow.geolocator.GeolocatorPlugin;
import io.flutter.embedding.engine.FlutterEngine;

/** What the build writes: the plugins this app has. The engine asks for it by its name. */
public final class GeneratedPluginRegistrant {
    public static void registerWith(FlutterEngine engine) {
        engine.addPlugin(new GeolocatorPlugin());
    }
}
