package com.google.firebase.provider;

import android.content.ContentProvider;
import android.content.ContentValues;
import android.database.Cursor;
import android.net.Uri;
import com.google.firebase.FirebaseApp;

/** Stand-in: starts Firebase before the app's own code. */
public class FirebaseInitProvider extends ContentProvider {
    public boolean onCreate() {
        return FirebaseApp.initializeApp(getContext()) != null;
    }

    public Cursor query(Uri uri, String[] columns, String where, String[] values, String order) {
        return null;
    }

    public String getType(Uri uri) {
        return null;
    }

    public Uri insert(Uri uri, ContentValues values) {
        return null;
    }

    public int delete(Uri uri, String where, String[] values) {
        return 0;
    }

    public int update(Uri uri, ContentValues values, String where, String[] arguments) {
        return 0;
    }
}
